"""What goes onto paper: typesetting by Typst with a typeface of its own, and the squares that lead back to a page.

No room and no record is known here. Whoever prints brings a template beside its own code and plain values.
"""

from bangfu.foundation.printing.squares import square_svg
from bangfu.foundation.printing.typesetting import FONTS, picture, typeset

__all__ = ["FONTS", "picture", "square_svg", "typeset"]

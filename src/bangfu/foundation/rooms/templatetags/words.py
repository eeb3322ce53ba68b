"""``{% both "中文" "English" %}`` in templates, and counts as each language writes them."""

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from bangfu.foundation.rooms.words import FOUR_DIGITS, grouped_words
from bangfu.foundation.rooms.words import both as words_in_both

register = template.Library()


@register.simple_tag
def both(zh: str, en: str, one: str | None = None, **values: object) -> str:
    """Return the active language's text, with ``{names}`` filled in from the tag's keyword arguments.

    A whole number named ``count`` has its thousands apart; ``one`` is the English for a count of one.
    """
    count = values.get("count")
    words = words_in_both(zh, one if one is not None and count == 1 else en)
    if not values:
        return str(words)
    return words.format(
        **{name: grouped(value) if name == "count" else value for name, value in values.items()}
    )


@register.filter
def grouped(number: object) -> object:
    """Return a whole number with its thousands apart, by a narrow space in Chinese and a comma in English."""
    return str(grouped_words(number)) if isinstance(number, int) and abs(number) >= FOUR_DIGITS else number


@register.simple_tag(takes_context=True)
def heading(context: Context, zh: str, en: str, by: str, *, num: bool = False) -> SafeString:
    """Return a column's heading that sorts the list by ``by`` when it is pressed, and backwards when pressed again."""
    asked = context["request"].GET
    said, query = asked.get("sort", ""), asked.copy()
    query.pop("page", None)
    query["sort"] = f"-{by}" if said == by else by
    direction = {by: "ascending", f"-{by}": "descending"}.get(said)
    return format_html(
        '<th{}{}><a href="?{}">{}</a></th>',
        SafeString(' class="num"') if num else "",
        format_html(' aria-sort="{}"', direction) if direction else "",
        query.urlencode(),
        words_in_both(zh, en),
    )

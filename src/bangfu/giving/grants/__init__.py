"""Grants to pupils: applied for, vetted, displayed, paid to the pupil's or guardian's card, receipted.

The fund is scarce: what is paid never exceeds what was received. One pupil, one grant per campaign. Until applications and
payments are kept here, units report pupils, payments and the fund's account, each from its own document.
"""

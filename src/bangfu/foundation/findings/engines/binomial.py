"""The upper tail of the binomial distribution, exact, and its share of many tests.

The binomial test is that of C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits illustrated in
the case of the binomial", Biometrika 26 (1934) 4, pp. 404-413; dividing the level by the number of tests is Bonferroni's
correction (O. J. Dunn, "Multiple Comparisons Among Means", JASA 56 (1961) 293, pp. 52-64).
"""

from __future__ import annotations

import math


def upper_tail(successes: int, trials: int, chance: float) -> float:
    """Return the probability of at least so many successes, by summing terms in logarithms.

    >>> round(upper_tail(8, 10, 0.5), 4)
    0.0547
    """
    if successes <= 0:
        return 1.0
    if successes > trials or chance <= 0:
        return 0.0
    if chance >= 1:
        return 1.0
    log_p, log_q = math.log(chance), math.log1p(-chance)
    whole = math.lgamma(trials + 1)
    total = 0.0
    for k in range(successes, trials + 1):
        term = math.exp(
            whole - math.lgamma(k + 1) - math.lgamma(trials - k + 1) + k * log_p + (trials - k) * log_q
        )
        total += term
        if k > trials * chance and term < total * 1e-12:
            break
    return min(total, 1.0)

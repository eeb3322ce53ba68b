"""Computations of targets, without Django: forecasts and lights, sums that must agree, splits, ranks."""

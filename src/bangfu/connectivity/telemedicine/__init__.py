"""Hospitals whose images and questions are read by a stronger hospital over the line.

A hospital counts while studies are sent, not when it is connected; it leaves the stock when they stop. Until requests and
readings are kept here, units report each hospital once when it is accepted and once, negative, when it is withdrawn.
"""

"""Goods in kind: offered, assessed, shipped, received, handed out.

A child counts once however many parcels they got; parcels sent are not children reached. Until stock and hand-overs are kept
here, units report who received goods from the signed hand-out lists.
"""

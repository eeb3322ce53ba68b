"""Aggregation 聚合: campaigns, grants, devices, goods, volunteering, alliance."""

"""Where villages and towns lie: points that the house loads itself, since none are public.

Each point is kept as it was given, with the datum that its source states, and once more in GCJ-02, the datum of the outlines,
converted when it was loaded. What proves wrong is superseded by another row. Nothing here is ever invented by the product.
"""

"""The map: any indicator over China down to the county, by shade or by circle, along a slider of periods.

Outlines are one topology that is built from the counties' shapes (``topology``, ``building``), projected once; the browser
draws it on a canvas. Values are asked of the figures, grouped by place (``values``), and cut into classes (``classing``).
National views and those of 海南 carry the inset of the South China Sea; ``boundaries`` says who is shown which line.
Nothing here writes.
"""

"""What is pure about forms: reading and filling office files in place, formulas, labels, and what a changed form moved."""

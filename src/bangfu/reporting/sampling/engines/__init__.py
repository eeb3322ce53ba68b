"""The arithmetic of audit sampling, without Django: quantiles, seeds, selection and evaluation."""

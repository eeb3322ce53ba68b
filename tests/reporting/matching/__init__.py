"""Tests of matching texts to figures."""

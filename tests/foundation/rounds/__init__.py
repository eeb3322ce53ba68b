"""Tests of collection rounds."""

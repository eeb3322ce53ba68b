"""Rules as plain computation: frames in, frames out, no database and no words."""

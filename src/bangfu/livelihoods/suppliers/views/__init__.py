"""Pages of the suppliers room: doors that translate, call operations and show what queries give."""

"""Fixed official tables: declared in ``tables.toml``, made as a workbook when asked for, and filled as any other form."""

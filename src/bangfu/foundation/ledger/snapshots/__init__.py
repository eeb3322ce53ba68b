"""The ledger as Parquet files, for engines that read tens of millions of facts faster than a database of rows does.

Sealed blocks never change, so a block's facts are written once, together with their place in the block, the codes of the
places above theirs, and the versions of reference data that a question as of a block rests on. Beside them stand the facts of
each year summed into cells. ``manifest.json`` says which
files count, with their digests, and which block they reach; it is written last and replaced at one stroke, so that whoever
reads it reads a whole snapshot, whenever a run is killed. Files that no manifest names any more are removed by the run
after the one that replaced them: who reads meanwhile goes on reading.
"""

from bangfu.foundation.ledger.snapshots.manifest import (
    CellFile,
    DataFile,
    Manifest,
    ParquetFile,
    UnableToReadSnapshot,
    read_manifest,
)

__all__ = ["CellFile", "DataFile", "Manifest", "ParquetFile", "UnableToReadSnapshot", "read_manifest"]

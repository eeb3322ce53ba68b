"""One file a headline ratio: ``bangfu bench NAME`` prints ``NAME ratio=… baseline=… ours=…`` last."""

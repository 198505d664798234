"""`qcode report`."""

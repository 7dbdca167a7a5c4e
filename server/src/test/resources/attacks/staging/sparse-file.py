# Leaves a file of a terabyte, of which nothing is on the disk.
# ends: WORKER_PROTOCOL_ERROR: *
# ends: ENGINE_ERROR: *
# ends: SCRIPT_FAILED: *
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
forging_files(lambda path, header: os.truncate(path, 1 << 40))
result = pl.DataFrame({'x': [1]})

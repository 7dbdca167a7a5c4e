# Leaves the first half of a file.
# ends: WORKER_PROTOCOL_ERROR: A file of the run can't be committed: *
forging_files(lambda path, header: os.truncate(path, os.path.getsize(path) // 2))
result = pl.DataFrame({'x': range(10_000)})

# Leaves a file whose last bytes say that its footer has two gigabytes.
# ends: WORKER_PROTOCOL_ERROR: A file of the run can't be committed: *
forging_files(lambda path, header: open(path, 'wb').write(b'PAR1' + b'x' * 100 + struct.pack('<I', 0x7fffffff) + b'PAR1'))
result = pl.DataFrame({'x': [1]})

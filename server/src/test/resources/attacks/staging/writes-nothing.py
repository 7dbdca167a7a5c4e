# Says that it wrote, and names no file, though its rows come back.
# ends: WORKER_PROTOCOL_ERROR: *
def forge(path, header):
    header['written']['files'] = []
forging_files(forge)
result = pl.DataFrame({'x': [1]})

# Says that it replaced rows of a table that it was to overwrite.
# ends: WORKER_PROTOCOL_ERROR: *
# ends: [[1]]
def forge(path, header):
    open('/job/out/numbers', 'wb').write(bytes(8))
    header['written']['replaced'] = {'file': 'numbers', 'rows': 1, 'updated': 10**12}
forging_files(forge)
result = pl.DataFrame({'x': [1]})

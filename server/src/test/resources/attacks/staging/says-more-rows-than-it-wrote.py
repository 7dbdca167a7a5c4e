# Says that it wrote more rows than there are.
# ends: WORKER_PROTOCOL_ERROR: *
def forge(path, header):
    header['rows'] = header['written']['files'][0]['rows'] = 10**15
forging_files(forge)
result = pl.DataFrame({'x': [1]})

# Names more files than there are, each twice.
# ends: WORKER_PROTOCOL_ERROR: *
def forge(path, header):
    header['written']['files'] = [{'name': f'{n:08}.parquet', 'rows': 1, 'partition': {}} for n in range(30_000)]
forging_files(forge)
result = pl.DataFrame({'x': [1]})

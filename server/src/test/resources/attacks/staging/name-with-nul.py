# Names a file that it did not stage: name with nul.
# ends: WORKER_PROTOCOL_ERROR: The worker broke the protocol with the server.
def forge(path, header):
    header['written']['files'][0]['name'] = '0000' + chr(0) + '.parquet'
forging_files(forge)
result = pl.DataFrame({'x': [1]})

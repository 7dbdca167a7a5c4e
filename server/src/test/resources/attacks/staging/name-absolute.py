# Names a file that it did not stage: name absolute.
# ends: WORKER_PROTOCOL_ERROR: The worker broke the protocol with the server.
def forge(path, header):
    header['written']['files'][0]['name'] = home + '/canary.txt'
forging_files(forge)
result = pl.DataFrame({'x': [1]})

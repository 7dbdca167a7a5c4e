# Sends back a link to a file of the server.
# ends: WORKER_PROTOCOL_ERROR: The worker broke the protocol with the server.
def forge(header, payload):
    os.symlink(f'{home}/canary.txt', '/job/out/link')
    return {**header, 'file': 'link'}, b''
forging_result(forge)
result = pl.DataFrame({'x': [1]})

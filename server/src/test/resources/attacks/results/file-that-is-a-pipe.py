# Sends back a pipe, which would hold the server.
# ends: WORKER_PROTOCOL_ERROR: The worker broke the protocol with the server.
def forge(header, payload):
    os.mkfifo('/job/out/pipe')
    return {**header, 'file': 'pipe'}, b''
forging_result(forge)
result = pl.DataFrame({'x': [1]})

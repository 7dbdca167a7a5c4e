# Sends back a pipe, which would hold the server.
# ends: WORKER_DIED: The worker died while it ran the code.
def forge(header, payload):
    os.mkfifo('/job/out/pipe')
    return {**header, 'file': 'pipe'}, b''
forging_result(forge)
result = pl.DataFrame({'x': [1]})

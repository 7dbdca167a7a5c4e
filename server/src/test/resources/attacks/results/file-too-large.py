# Sends back a file that is larger than a result may be.
# ends: WORKER_PROTOCOL_ERROR: The worker broke the protocol with the server.
# ends: SCRIPT_FAILED: *
# ends: ENGINE_ERROR: *
def forge(header, payload):
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with open('/job/out/large', 'wb') as file:
        file.truncate(1 << 30)
    return {**header, 'file': 'large'}, b''
forging_result(forge)
result = pl.DataFrame({'x': [1]})

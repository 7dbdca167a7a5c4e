# Sends an encoding that is nested as deep as JSON allows.
# ends: WORKER_PROTOCOL_ERROR: *
def forge(header, payload):
    encoding = None
    for _ in range(190):
        encoding = {'list': encoding}
    return {**header, 'encodings': [encoding]}, payload
forging_result(forge)
result = pl.DataFrame({'x': [1]})

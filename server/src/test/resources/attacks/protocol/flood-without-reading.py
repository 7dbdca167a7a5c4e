# Asks without end, and reads no answer: the server must not wait for it, nor keep the answers.
# ends: TIMED_OUT: *
# ends: WORKER_PROTOCOL_ERROR: *
for thread in threading.enumerate():
    pass
channel()._dispatch = lambda header, payload: time.sleep(60)
while True:
    send({'type': 'ask', 'id': 1, 'what': 'metadata', 'name': 'default.flowers'})

# Sends what the protocol does not know: not json.
# ends: WORKER_PROTOCOL_ERROR: The worker broke the protocol with the server.
send(b'hello')
time.sleep(60)

# Sends what the protocol does not know: nul bytes.
# ends: WORKER_PROTOCOL_ERROR: The worker broke the protocol with the server.
send(b'{"type": "ask\x00", "id": 1}')
time.sleep(60)

# Sends what the protocol does not know: not utf 8.
# ends: WORKER_PROTOCOL_ERROR: The worker broke the protocol with the server.
send(b'{"type": "\xff\xfe"}')
time.sleep(60)

# Sends what the protocol does not know: deep nesting.
# ends: WORKER_PROTOCOL_ERROR: The worker broke the protocol with the server.
send(b'{"type": "ask", "x": ' + b'[' * 100_000 + b']' * 100_000 + b'}')
time.sleep(60)

# Sends what the protocol does not know: number without end.
# ends: WORKER_PROTOCOL_ERROR: The worker broke the protocol with the server.
send(b'{"type": "ask", "id": ' + b'9' * 100_000 + b'}')
time.sleep(60)

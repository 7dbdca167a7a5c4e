# Sends what the protocol does not know: number without end.
# ends: WORKER_DIED: The worker died while it ran the code.
send(b'{"type": "ask", "id": ' + b'9' * 100_000 + b'}')
time.sleep(60)

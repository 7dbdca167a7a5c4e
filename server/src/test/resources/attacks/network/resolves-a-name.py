# Sends data out as a name to be resolved.
try:
    outcome = str(socket.getaddrinfo('secret.example.com', 80))
except OSError:
    outcome = 'refused'
result = pl.DataFrame({'outcome': [outcome]})

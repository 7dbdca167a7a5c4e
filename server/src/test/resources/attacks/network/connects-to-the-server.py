# Calls the server that runs it, over every address of this machine that it can guess.
def connect(host):
    return lambda: socket.create_connection((host, port), timeout=1)
result = outcomes({host: connect(host) for host in ('127.0.0.1', '::1', '127.1.2.3', '0.0.0.0', '10.0.2.2', '172.17.0.1')},
    also=('ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL'))

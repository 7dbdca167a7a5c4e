# Asks a cloud's metadata service for credentials.
def connect(host):
    return lambda: socket.create_connection((host, 80), timeout=1)
result = outcomes({host: connect(host) for host in ('169.254.169.254', 'fd00:ec2::254', '100.100.100.200', '169.254.170.2')},
    also=('ENETUNREACH', 'EHOSTUNREACH'))

# Puts a link to a folder of the host where the server looks for the files.
# ends: WORKER_PROTOCOL_ERROR: The worker broke the protocol with the server.
def forge(path, header):
    os.rename('/job/out/files', '/job/out/moved')
    os.symlink(f'{home}/lake/warehouse', '/job/out/files')
forging_files(forge)
result = pl.DataFrame({'x': [1]})

# Puts a link to a folder of the host where the server looks for the files.
# ends: WORKER_DIED: The worker died while it ran the code.
def forge(path, header):
    os.rename('/job/out/files', '/job/out/moved')
    os.symlink(f'{home}/lake/warehouse', '/job/out/files')
forging_files(forge)
result = pl.DataFrame({'x': [1]})

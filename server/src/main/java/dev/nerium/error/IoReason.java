package dev.nerium.error;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Says why a file can't be used, in words for an operator. */
public final class IoReason {
    private IoReason() {}

    public static String of(IOException e) {
        return switch (e) {
            case AccessDeniedException denied -> denied.getFile() + ": permission denied";
            case NoSuchFileException missing -> missing.getFile() + ": no such file or folder";
            case NotDirectoryException file -> file.getFile() + " is not a folder";
            case FileAlreadyExistsException taken -> taken.getFile() + " is not a folder";
            case FileSystemException failed
            when failed.getReason() != null -> failed.getFile() + ": " + failed.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }
}

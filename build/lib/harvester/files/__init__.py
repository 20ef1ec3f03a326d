"""The PDFs: streamed to disk, judged by their content, named by their checksum, read in processes of their own."""

// Handlers that Datasette's templates write as attributes, which the Content-Security-Policy refuses.
document.addEventListener("click", (event) => {
  const name = event.target.closest("[data-calls]")?.dataset.calls;
  if (name && typeof window[name] === "function") window[name]();
});

// The SQL editor asks for a handle whose script styles itself; the browser's own does the same (datasette.css).
window.cmResize = () => {};

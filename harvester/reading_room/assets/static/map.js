// Zooms and moves the map of places: wheel, drag, pinch, buttons, and + - 0 on the keyboard.
for (const figure of document.querySelectorAll("[data-map]:not(.small)")) {
  const svg = figure.querySelector("svg");
  const whole = svg.viewBox.baseVal.width, tall = svg.viewBox.baseVal.height;
  const circles = [...svg.querySelectorAll("circle")].map((circle) => [circle, circle.r.baseVal.value]);
  let view = { x: 0, y: 0, scale: 1 };

  function show(next) {
    const scale = Math.min(16, Math.max(1, next.scale));
    const width = whole / scale, height = tall / scale;
    view = {
      scale,
      x: Math.min(whole - width, Math.max(0, next.x)),
      y: Math.min(tall - height, Math.max(0, next.y)),
    };
    svg.setAttribute("viewBox", `${view.x} ${view.y} ${width} ${height}`);
    for (const [circle, radius] of circles) circle.setAttribute("r", radius / Math.pow(scale, 0.8));
  }

  // Where most documents are: the buttons zoom in there, as long as it is in view.
  const weight = circles.reduce((sum, [, radius]) => sum + radius * radius, 0);
  const mean = (axis) => circles.reduce((sum, [circle, radius]) => sum + circle[axis].baseVal.value * radius * radius, 0) / weight;
  const share = (at, from, size) => (at >= from && at <= from + size ? (at - from) / size : 0.5);

  // Zoom so that the point under (clientX, clientY) stays where it is.
  function zoom(factor, clientX, clientY) {
    const box = svg.getBoundingClientRect();
    const fx = clientX === undefined ? share(mean("cx"), view.x, whole / view.scale) : (clientX - box.left) / box.width;
    const fy = clientY === undefined ? share(mean("cy"), view.y, tall / view.scale) : (clientY - box.top) / box.height;
    const scale = Math.min(16, Math.max(1, view.scale * factor));
    show({
      scale,
      x: view.x + (whole / view.scale - whole / scale) * fx,
      y: view.y + (tall / view.scale - tall / scale) * fy,
    });
  }

  svg.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(event.deltaY < 0 ? 1.25 : 0.8, event.clientX, event.clientY);
  }, { passive: false });

  const fingers = new Map();
  let moved = 0;
  svg.addEventListener("pointerdown", (event) => {
    fingers.set(event.pointerId, event);
    moved = 0;
  });
  window.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const unit = whole / view.scale / svg.getBoundingClientRect().width;
    if (fingers.size === 1) {
      show({ ...view, x: view.x - (event.clientX - before.clientX) * unit, y: view.y - (event.clientY - before.clientY) * unit });
    } else {
      const [other] = [...fingers.values()].filter((finger) => finger.pointerId !== event.pointerId);
      const distance = (finger) => Math.hypot(finger.clientX - other.clientX, finger.clientY - other.clientY);
      zoom(distance(event) / Math.max(1, distance(before)), other.clientX, other.clientY);
    }
    moved += Math.abs(event.clientX - before.clientX) + Math.abs(event.clientY - before.clientY);
    fingers.set(event.pointerId, event);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    window.addEventListener(end, (event) => fingers.delete(event.pointerId));
  }
  svg.addEventListener("dragstart", (event) => event.preventDefault());
  svg.addEventListener("click", (event) => {
    if (moved > 6 && event.detail) event.preventDefault(); // the end of a drag is no click on a place
  }, true);

  const controls = document.createElement("div");
  controls.className = "zoom";
  for (const [label, sign, act] of [
    ["Zoom in", "+", () => zoom(1.6)],
    ["Zoom out", "−", () => zoom(1 / 1.6)],
    ["Whole map", "⤢", () => show({ x: 0, y: 0, scale: 1 })],
  ]) {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-label", label);
    button.textContent = sign;
    button.addEventListener("click", act);
    controls.append(button);
  }
  figure.append(controls);
  figure.addEventListener("keydown", (event) => {
    const act = { "+": () => zoom(1.6), "-": () => zoom(1 / 1.6), 0: () => show({ x: 0, y: 0, scale: 1 }) }[event.key];
    if (act) act();
  });
}

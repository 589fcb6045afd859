/** What a browser has and Node has not, for modules that declare an element. */
class Element extends EventTarget {}
Object.assign(globalThis, { HTMLElement: globalThis.HTMLElement ?? Element });

interface TemplateClass {
  createElement: (html: string) => HTMLTemplateElement;
}

/**
 * In a page of XML (application/xhtml+xml) `innerHTML` wants XML, which our templates are not. Lit lets its class of templates
 * be replaced in parts (`litHtmlPolyfillSupport`): they are read in a document of HTML.
 */
export function readTemplatesAsHtml(): void {
  if (document.contentType === 'text/html') return;
  const reader = document.implementation.createHTMLDocument();
  Object.assign(globalThis, {
    litHtmlPolyfillSupport(Template: TemplateClass) {
      Template.createElement = (html) => {
        const template = reader.createElement('template');
        template.innerHTML = html;
        return template;
      };
    },
  });
}

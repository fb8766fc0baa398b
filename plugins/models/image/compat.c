/* SPDX-License-Identifier: BSD-3-Clause */
/* `compat: socca`, or a list of single deviations of the original that are to be reproduced. */
#include "config.h"
#include "input.h"
#include <string.h>

static const struct {
  const char *name;
  uint32_t bit;
} switches[] = { { "B02", IMAGE_B02 }, { "B03", IMAGE_B03 },
                 { "B04", IMAGE_B04 }, { "B09", IMAGE_B09 },
                 { "B10", IMAGE_B10 }, { "B11", IMAGE_B11 },
                 { "B17", IMAGE_B17 }, { "sersic-table", IMAGE_SERSIC_TABLE } };

static socca_status one(socca_load *cx, const socca_node *node, image_input *in)
{
  const char *s = cx->cx.h->text(node);
  if (s && strcmp(s, "socca") == 0) {
    in->data.compat |= IMAGE_ALL_COMPAT;
    return SOCCA_OK;
  }
  for (size_t i = 0; s && i < sizeof switches / sizeof switches[0]; i++)
    if (strcmp(s, switches[i].name) == 0) {
      in->data.compat |= switches[i].bit;
      return SOCCA_OK;
    }
  return image_error(cx, node,
                     "'compat' is socca, or a list of B02, B03, B04, B09, B10, B11, B17 and "
                     "sersic-table");
}

static socca_status all(socca_load *cx, const socca_node *node, image_input *in)
{
  const socca_host *h = cx->cx.h;
  const char *key = NULL, *s = h->text(node);
  socca_status status = SOCCA_OK;
  if (s && (strcmp(s, "off") == 0 || strcmp(s, "none") == 0)) return SOCCA_OK;
  if (s || !image_is_list(h, node)) return one(cx, node, in);
  const socca_node *item;
  for (size_t i = 0; (item = h->item(node, i, &key)); i++)
    if (one(cx, item, in) != SOCCA_OK) status = SOCCA_E_INPUT;
  return status;
}

socca_status image_read_compat(socca_load *cx, const socca_node *document, image_input *in)
{
  const socca_host *h = cx->cx.h;
  const socca_node *top = h->get(document, "compat"),
                   *own = h->get(h->get(document, "image"), "compat");
  if (top && own) return image_error(cx, own, "'compat' stands at the top already");
  if (!top && !own) return SOCCA_OK;
  return all(cx, top ? top : own, in);
}

/* SPDX-License-Identifier: BSD-3-Clause */
/* Prediction of an ensemble of networks */
#include "config.h"
#include "network_layout.h"
#include <string.h>

enum { PANEL = NETWORK_PANEL, BLOCK = 16 * PANEL }; /* points at a time */

typedef struct prediction {
  network_layout layout;
  network_room room;
  float *inputs; /* BLOCK points in panels */
  double *sum;
} prediction;

static void set_up_prediction(prediction *p, network_space *s)
{
  p->inputs = network_carve_floats(s, BLOCK * p->layout.layer[0].k);
  p->sum = network_carve(s, BLOCK * sizeof *p->sum);
  network_set_up_room(&p->room, s, &p->layout, PANEL, false);
}
size_t network_predict_work(const network_shape *shape)
{
  prediction p;
  network_space s = { NULL, 64 };
  if (!network_lay_out(shape, shape->hidden, &p.layout)) return 0;
  set_up_prediction(&p, &s);
  return s.used;
}

/* One network, at most BLOCK points; the places after the last one are padded by zeros. */
static void add_outputs(uint32_t isa, const void *net, size_t n, const double *x, double *out,
                        prediction *p, void *work)
{
  const network_head *head = net;
  if (!network_lay_out(&head->shape, head->width, &p->layout)) return;
  network_parts parts = network_parts_of(&p->layout, (void *)(uintptr_t)net);
  size_t panels = (n + PANEL - 1) / PANEL, d = head->shape.inputs, inputs = p->layout.inputs;
  network_space s = network_open(work);
  set_up_prediction(p, &s);
  memset(p->sum, 0, panels * PANEL * sizeof *p->sum);
  (void)isa;
  for (size_t i = 0; i < panels; i++) {
    size_t left = n - i * PANEL;
    float *to = p->inputs + i * (inputs + 1) * PANEL;
    if (left < PANEL) memset(to, 0, inputs * PANEL * sizeof *to);
    network_features(&parts, d, inputs, left < PANEL ? left : PANEL, x + i * PANEL * d, to, 1,
                     PANEL);
    for (size_t k = 0; k < PANEL; k++) to[inputs * PANEL + k] = 1.0f;
  }
  SOCCA_DISPATCH(isa, network_forward)
  (&p->layout, parts.weights, panels, p->inputs, &p->room, p->sum);
  for (size_t i = 0; i < n; i++) out[i] += p->sum[i];
}
void network_predict(uint32_t isa, const void *nets, size_t stride, uint32_t count, size_t n,
                     const double *x, double *out, void *work)
{
  size_t d = ((const network_head *)nets)->shape.inputs;
  prediction p;
  for (size_t first = 0; first < n; first += BLOCK) {
    size_t block = n - first < BLOCK ? n - first : BLOCK;
    double *to = out + first;
    for (size_t i = 0; i < block; i++) to[i] = 0;
    for (uint32_t i = 0; i < count; i++)
      add_outputs(isa, (const char *)nets + i * stride, block, x + first * d, to, &p, work);
    for (size_t i = 0; i < block; i++) to[i] /= (double)count;
  }
}

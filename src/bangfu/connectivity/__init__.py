"""Focus 聚焦: network, tariffs, schooling, telemedicine, resettlement."""
